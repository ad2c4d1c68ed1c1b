-- SPDX-License-Identifier: Apache-2.0

DROP TABLE guest_uploads;
DROP TABLE guest_commands;
DROP TABLE guests;
