ALTER TABLE `channels` ADD `direct_key` text;--> statement-breakpoint
CREATE UNIQUE INDEX `channels_direct_key_unique` ON `channels` (`direct_key`);--> statement-breakpoint
ALTER TABLE `marks` ADD `notify` text;--> statement-breakpoint
ALTER TABLE `messages` ADD `attachments` text;--> statement-breakpoint
ALTER TABLE `messages` ADD `reactions` text;--> statement-breakpoint
ALTER TABLE `messages` ADD `ask` text;--> statement-breakpoint
ALTER TABLE `messages` ADD `answer` text;--> statement-breakpoint
ALTER TABLE `messages` ADD `claimed_by` integer;--> statement-breakpoint
ALTER TABLE `messages` ADD `claimed_until` text;--> statement-breakpoint
ALTER TABLE `messages` ADD `caused_by` text;--> statement-breakpoint
ALTER TABLE `messages` ADD `hops` integer DEFAULT 0 NOT NULL;