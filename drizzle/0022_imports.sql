CREATE TABLE `imports` (
	`source` text NOT NULL,
	`team` text NOT NULL,
	`kind` text NOT NULL,
	`external` text NOT NULL,
	`subject` integer NOT NULL,
	`version` text NOT NULL,
	PRIMARY KEY(`source`, `team`, `kind`, `external`)
);
--> statement-breakpoint
ALTER TABLE `channels` ADD `imported_seq` integer DEFAULT 0 NOT NULL;