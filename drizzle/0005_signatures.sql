CREATE TABLE `signatures` (
	`signature` text PRIMARY KEY NOT NULL,
	`at` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `signatures_at` ON `signatures` (`at`);--> statement-breakpoint
ALTER TABLE `tokens` ADD `signing` text;