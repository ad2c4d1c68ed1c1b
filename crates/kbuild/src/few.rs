// SPDX-License-Identifier: Apache-2.0
//! A list that has one element more often than not: none or one need no memory of their own.

use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut};

/// No, one or any number of elements, in order.
#[derive(Clone, Debug, Default)]
pub enum Few<T> {
    #[default]
    None,
    One(T),
    Many(Vec<T>),
}

impl<T> Few<T> {
    /// An empty list with room for so many.
    pub fn with_capacity(count: usize) -> Self {
        if count > 1 {
            Self::Many(Vec::with_capacity(count))
        } else {
            Self::None
        }
    }

    pub fn push(&mut self, element: T) {
        match self {
            Self::None => *self = Self::One(element),
            Self::Many(all) => all.push(element),
            Self::One(_) => {
                let mut all = Vec::with_capacity(4);
                if let Self::One(first) = std::mem::take(self) {
                    all.push(first);
                }
                all.push(element);
                *self = Self::Many(all);
            }
        }
    }

    /// Appends all elements of another list.
    pub fn append(&mut self, other: Self) {
        match other {
            Self::None => {}
            Self::One(element) => self.push(element),
            Self::Many(_) if self.is_empty() => *self = other,
            Self::Many(all) => self.extend(all),
        }
    }

    /// Takes out all elements but those to `keep`, which stay in order.
    pub fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        match self {
            Self::None => {}
            Self::One(element) if keep(element) => {}
            Self::One(_) => *self = Self::None,
            Self::Many(all) => all.retain(keep),
        }
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::None => &[],
            Self::One(element) => std::slice::from_ref(element),
            Self::Many(all) => all,
        }
    }
}

impl<T> DerefMut for Few<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        match self {
            Self::None => &mut [],
            Self::One(element) => std::slice::from_mut(element),
            Self::Many(all) => all,
        }
    }
}

/// However they are kept, lists of equal elements are equal.
impl<T: PartialEq> PartialEq for Few<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for Few<T> {}

impl<T: Hash> Hash for Few<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl<T> From<Vec<T>> for Few<T> {
    fn from(mut all: Vec<T>) -> Self {
        match all.len() {
            0 => Self::None,
            1 => all.pop().map_or(Self::None, Self::One),
            _ => Self::Many(all),
        }
    }
}

impl<T> From<Few<T>> for Vec<T> {
    fn from(few: Few<T>) -> Self {
        match few {
            Few::None => Self::new(),
            Few::One(element) => vec![element],
            Few::Many(all) => all,
        }
    }
}

impl<T> Extend<T> for Few<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, elements: I) {
        let mut elements = elements.into_iter();
        while let Some(element) = elements.next() {
            self.push(element);
            if let Self::Many(all) = self {
                all.extend(elements);
                return;
            }
        }
    }
}

impl<T> FromIterator<T> for Few<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        let mut few = Self::None;
        few.extend(elements);
        few
    }
}

/// The elements of a list, one after the other.
#[derive(Debug)]
pub enum IntoIter<T> {
    Few(Option<T>),
    Many(std::vec::IntoIter<T>),
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        match self {
            Self::Few(element) => element.take(),
            Self::Many(all) => all.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Few(element) => element.iter().size_hint(),
            Self::Many(all) => all.size_hint(),
        }
    }
}

impl<T> IntoIterator for Few<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        match self {
            Self::None => IntoIter::Few(None),
            Self::One(element) => IntoIter::Few(Some(element)),
            Self::Many(all) => IntoIter::Many(all.into_iter()),
        }
    }
}

impl<'l, T> IntoIterator for &'l Few<T> {
    type Item = &'l T;
    type IntoIter = std::slice::Iter<'l, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'l, T> IntoIterator for &'l mut Few<T> {
    type Item = &'l mut T;
    type IntoIter = std::slice::IterMut<'l, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_list_of_any_length() {
        for length in 0..5 {
            let all: Vec<usize> = (0..length).collect();
            let few: Few<usize> = all.iter().copied().collect();
            assert_eq!(*few, *all);
            assert_eq!(few, Few::from(all.clone()));
            assert_eq!(few.clone().into_iter().collect::<Vec<_>>(), all);
            assert_eq!(Vec::from(few.clone()), all);
            let mut twice = few.clone();
            twice.append(few.clone());
            assert_eq!(*twice, [&all[..], &all[..]].concat());
            twice.retain(|element| element % 2 == 0);
            assert!(twice.iter().all(|element| element % 2 == 0));
            assert_eq!(twice.len(), length.div_ceil(2) * 2);
        }
    }

    #[test]
    fn it_is_no_larger_than_a_vector() {
        assert_eq!(size_of::<Few<[u64; 2]>>(), size_of::<Vec<u64>>());
    }
}
