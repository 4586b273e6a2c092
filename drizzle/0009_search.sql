CREATE TABLE `search_blocks` (
	`no` integer PRIMARY KEY NOT NULL,
	`first_at` text NOT NULL,
	`last_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `search_docs` (
	`seq` integer PRIMARY KEY NOT NULL,
	`channel_no` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `search_progress` (
	`no` integer PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL
);
