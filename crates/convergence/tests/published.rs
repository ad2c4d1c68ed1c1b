// SPDX-License-Identifier: Apache-2.0
//! The formulas against figures that others published.

#[cfg(test)]
mod figures {
    use convergence::{Counts, Estimate, estimate};

    struct Published {
        name: &'static str,
        /// T, species, U, Q1, Q2.
        counts: [f64; 5],
        coverage: f64,
        richness: f64,
        /// Further samples, and the species and the coverage with them.
        further: [(f64, f64, f64); 2],
    }

    /// Ants of five elevations (Longino and Colwell 2011), the example for incidence data of Colwell
    /// et al. (Journal of Plant Ecology 5, 2012) and of the R package iNEXT (Hsieh, Ma, Chao:
    /// Methods in Ecology and Evolution 7, 2016). The figures are what `iNEXT(ant, q = 0, datatype =
    /// "incidence_freq")` prints with version 3.0: its tables `DataInfo`, `size_based`, `AsyEst`.
    const ANTS: [Published; 5] = [
        Published {
            name: "50 m",
            counts: [599.0, 227.0, 5_976.0, 49.0, 23.0],
            coverage: 0.991_813_4,
            richness: 279.108_514,
            further: [
                (284.0, 245.732_481, 0.994_756_4),
                (599.0, 258.745_498, 0.996_800_8),
            ],
        },
        Published {
            name: "500 m",
            counts: [230.0, 241.0, 2_943.0, 71.0, 34.0],
            coverage: 0.975_975_4,
            richness: 314.810_038,
            further: [
                (109.0, 267.977_661, 0.984_756_4),
                (230.0, 286.546_519, 0.990_800_5),
            ],
        },
        Published {
            name: "1070 m",
            counts: [150.0, 122.0, 1_730.0, 28.0, 16.0],
            coverage: 0.983_938_2,
            richness: 146.336_667,
            further: [
                (71.0, 132.189_999, 0.990_663_4),
                (150.0, 138.600_961, 0.994_894_6),
            ],
        },
        Published {
            name: "1500 m",
            counts: [200.0, 56.0, 1_170.0, 13.0, 4.0],
            coverage: 0.988_923_1,
            richness: 77.019_375,
            further: [
                (95.0, 61.343_524, 0.991_739_1),
                (200.0, 65.684_073, 0.994_026_5),
            ],
        },
        Published {
            name: "2000 m",
            counts: [200.0, 14.0, 271.0, 1.0, 2.0],
            coverage: 0.996_382_7,
            richness: 14.248_750,
            further: [
                (95.0, 14.211_194, 0.999_453_9),
                (200.0, 14.244_103, 0.999_932_4),
            ],
        },
    ];

    fn counts([windows, observed, incidences, uniques, duplicates]: [f64; 5]) -> Counts {
        Counts {
            windows,
            observed,
            uniques,
            duplicates,
            incidences,
        }
    }

    fn is_close(ours: f64, published: f64) -> bool {
        (ours - published).abs() <= 2e-6 * published.abs().max(1.0)
    }

    #[test]
    fn ants_are_as_covered_as_published() {
        for ants in ANTS {
            let ours = counts(ants.counts).coverage();
            assert!(is_close(ours, ants.coverage), "{}: {ours}", ants.name);
        }
    }

    #[test]
    fn ants_are_as_rich_as_published() {
        for ants in ANTS {
            let ours = counts(ants.counts).richness();
            assert!(is_close(ours, ants.richness), "{}: {ours}", ants.name);
        }
    }

    #[test]
    fn further_samples_show_as_many_ants_as_published() {
        for ants in ANTS {
            for (samples, species, coverage) in ants.further {
                let counts = counts(ants.counts);
                let ours = counts.observed + counts.discoveries(samples);
                assert!(is_close(ours, species), "{} + {samples}: {ours}", ants.name);
                let ours = counts.coverage_after(samples);
                assert!(
                    is_close(ours, coverage),
                    "{} + {samples}: {ours}",
                    ants.name
                );
            }
        }
    }

    /// Trees of Barro Colorado Island, 50 plots: what `specpool(BCI)` of the R package vegan prints
    /// in its documentation: 225 species, chao 236.3732, chao.se 6.54361. Q1 and Q2 follow from the
    /// jackknife estimates beside them (245.58 and 247.8722).
    #[test]
    fn trees_are_as_rich_as_published_and_the_error_is_as_large() {
        let trees = counts([50.0, 225.0, 4_539.0, 21.0, 19.0]);
        assert!(
            is_close(trees.richness(), 236.373_2 - 0.000_015_8),
            "{}",
            trees.richness()
        );
        let error = trees.unseen_variance([21.0, 19.0]).sqrt();
        assert!((error - 6.543_61).abs() < 1e-5, "{error}");
    }

    /// Exact Poisson limits of 3 events (0.619 to 8.767), as in every table of them.
    #[test]
    fn three_events_may_be_one_or_eight() {
        let Estimate { low, high, .. } = estimate::of_events(3.0, 0.95);
        assert!(
            (low - 0.619).abs() < 0.02 && (high - 8.767).abs() < 0.02,
            "{low} {high}"
        );
    }
}
