CREATE TABLE `statuses` (
	`user_no` integer PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`text` text,
	`until` text,
	FOREIGN KEY (`user_no`) REFERENCES `users`(`no`) ON UPDATE no action ON DELETE no action
);
