CREATE TABLE `pins` (
	`message_key` integer PRIMARY KEY NOT NULL,
	`user_no` integer NOT NULL,
	`at` text NOT NULL
);
