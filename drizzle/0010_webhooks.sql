CREATE TABLE `deliveries` (
	`no` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`hook_no` integer NOT NULL,
	`event` text NOT NULL,
	`seq` integer,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`created_at` text NOT NULL,
	`attempted_at` text,
	`next_at` text,
	`status` integer,
	`error` text,
	`response` text,
	`ms` integer,
	FOREIGN KEY (`hook_no`) REFERENCES `webhooks`(`no`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_id_unique` ON `deliveries` (`id`);--> statement-breakpoint
CREATE INDEX `deliveries_hook` ON `deliveries` (`hook_no`,`state`,`no`);--> statement-breakpoint
CREATE TABLE `webhooks` (
	`no` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`channel_no` integer NOT NULL,
	`name` text NOT NULL,
	`created_by` integer NOT NULL,
	`created_at` text NOT NULL,
	`ended_at` text,
	`agent_no` integer,
	`secret_hash` text,
	`url` text,
	`events` text,
	`signing` text,
	`cursor` integer DEFAULT 0 NOT NULL,
	`paused_at` text,
	`paused_why` text,
	FOREIGN KEY (`channel_no`) REFERENCES `channels`(`no`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`created_by`) REFERENCES `users`(`no`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_no`) REFERENCES `users`(`no`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `webhooks_id_unique` ON `webhooks` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `webhooks_secret_hash_unique` ON `webhooks` (`secret_hash`);--> statement-breakpoint
CREATE INDEX `webhooks_channel` ON `webhooks` (`channel_no`);