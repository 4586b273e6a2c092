ALTER TABLE `runs` DROP COLUMN `results`;--> statement-breakpoint
ALTER TABLE `runs` ADD `via` text DEFAULT 'api' NOT NULL;