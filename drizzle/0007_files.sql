CREATE TABLE `attachments` (
	`message_key` integer NOT NULL,
	`file_no` integer NOT NULL,
	PRIMARY KEY(`message_key`, `file_no`)
);
--> statement-breakpoint
CREATE INDEX `attachments_file` ON `attachments` (`file_no`);--> statement-breakpoint
CREATE TABLE `files` (
	`no` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`user_no` integer NOT NULL,
	`name` text NOT NULL,
	`mime` text NOT NULL,
	`size` integer NOT NULL,
	`sha256` text NOT NULL,
	`width` integer,
	`height` integer,
	`created_at` text NOT NULL,
	`unused_since` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `files_id_unique` ON `files` (`id`);--> statement-breakpoint
CREATE INDEX `files_user` ON `files` (`user_no`);--> statement-breakpoint
CREATE INDEX `files_sha256` ON `files` (`sha256`);--> statement-breakpoint
CREATE INDEX `files_unused` ON `files` (`unused_since`) WHERE unused_since IS NOT NULL;