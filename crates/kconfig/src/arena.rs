// SPDX-License-Identifier: Apache-2.0
//! Arenas with typed indices: a symbol's number can't be taken for a menu's.

use std::marker::PhantomData;
use std::ops::{Index as IndexOp, IndexMut};

/// A typed index into an [`Arena`]; made only by [`Arena::push`] and [`Arena::ids`].
pub trait Index: Copy + Eq {
    fn from_usize(index: usize) -> Self;
    fn to_usize(self) -> usize;
}

/// Defines a `u32`-sized index type.
macro_rules! typed_index {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(std::num::NonZeroU32);

        impl $name {
            /// The index counted from one, which leaves room for `None` in four bytes.
            const fn numbered(number: u32) -> Self {
                match std::num::NonZeroU32::new(number) {
                    Some(number) => Self(number),
                    None => Self(std::num::NonZeroU32::MAX),
                }
            }
        }

        impl $crate::arena::Index for $name {
            fn from_usize(index: usize) -> Self {
                Self::numbered(u32::try_from(index).unwrap_or(u32::MAX).wrapping_add(1))
            }

            fn to_usize(self) -> usize {
                self.0.get() as usize - 1
            }
        }
    };
}
pub(crate) use typed_index;

/// A growing array addressed by `I` alone. Elements are never removed.
#[derive(Clone, Debug)]
pub struct Arena<I, T> {
    items: Vec<T>,
    index: PhantomData<I>,
}

impl<I, T> Default for Arena<I, T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            index: PhantomData,
        }
    }
}

impl<I: Index, T> Arena<I, T> {
    /// As many elements as `other` has, each made by `make`.
    pub fn parallel<U>(other: &Arena<I, U>, make: impl FnMut(&U) -> T) -> Self {
        Self {
            items: other.items.iter().map(make).collect(),
            index: PhantomData,
        }
    }

    pub fn push(&mut self, item: T) -> I {
        self.items.push(item);
        I::from_usize(self.items.len() - 1)
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Every index, in the order of insertion.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + use<I, T> {
        (0..self.items.len()).map(I::from_usize)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (I, &T)> {
        self.items
            .iter()
            .enumerate()
            .map(|(index, item)| (I::from_usize(index), item))
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.items.iter_mut()
    }
}

impl<I: Index, T> IndexOp<I> for Arena<I, T> {
    type Output = T;

    fn index(&self, index: I) -> &T {
        &self.items[index.to_usize()]
    }
}

impl<I: Index, T> IndexMut<I> for Arena<I, T> {
    fn index_mut(&mut self, index: I) -> &mut T {
        &mut self.items[index.to_usize()]
    }
}
