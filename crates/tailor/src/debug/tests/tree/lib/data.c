// SPDX-License-Identifier: Apache-2.0
/* A unit without code. */
int data_number = 3;
