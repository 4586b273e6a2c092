ALTER TABLE `projects` ADD `cleared_at` text;--> statement-breakpoint
ALTER TABLE `schedules` ADD `right_no` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `schedules` ADD `told_no` integer;--> statement-breakpoint
ALTER TABLE `schedules` ADD `deleted_at` text;