-- SPDX-License-Identifier: Apache-2.0

DROP TABLE services;
DROP TABLE notifications;
DROP TABLE leases;
DROP TABLE quota_usages;
DROP TABLE quota_limits;
DROP TABLE sources;
DROP TABLE images;
DROP TABLE deployments;
DROP TABLE traces;
DROP TABLE builders;
DROP TABLE jobs;
DROP TABLE artefacts;
DROP TABLE kernels;
