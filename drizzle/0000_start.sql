CREATE TABLE `audit` (
	`no` integer PRIMARY KEY NOT NULL,
	`at` text NOT NULL,
	`actor_no` integer,
	`action` text NOT NULL,
	`subject` text,
	`address` text,
	`details` text
);
--> statement-breakpoint
CREATE TABLE `channels` (
	`no` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`name` text,
	`description` text NOT NULL,
	`topic` text NOT NULL,
	`visibility` text NOT NULL,
	`created_by` integer NOT NULL,
	`created_at` text NOT NULL,
	`archived_at` text,
	FOREIGN KEY (`created_by`) REFERENCES `users`(`no`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `channels_id_unique` ON `channels` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `channels_name_unique` ON `channels` (`name`);--> statement-breakpoint
CREATE TABLE `feed` (
	`seq` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`channel_no` integer,
	`subject` integer NOT NULL,
	`actor_no` integer,
	`user_no` integer,
	`at` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `feed_channel` ON `feed` (`channel_no`,`seq`) WHERE kind <> 'message';--> statement-breakpoint
CREATE INDEX `feed_user` ON `feed` (`user_no`,`kind`,`subject`) WHERE user_no IS NOT NULL;--> statement-breakpoint
CREATE TABLE `idempotency` (
	`user_no` integer NOT NULL,
	`key` text NOT NULL,
	`fingerprint` text NOT NULL,
	`message_key` integer,
	`sealed` text,
	`at` text NOT NULL,
	PRIMARY KEY(`user_no`, `key`)
);
--> statement-breakpoint
CREATE INDEX `idempotency_at` ON `idempotency` (`at`);--> statement-breakpoint
CREATE TABLE `inbox` (
	`user_no` integer NOT NULL,
	`seq` integer NOT NULL,
	`message_key` integer NOT NULL,
	`reason` text NOT NULL,
	PRIMARY KEY(`user_no`, `seq`, `reason`)
);
--> statement-breakpoint
CREATE INDEX `inbox_message` ON `inbox` (`message_key`);--> statement-breakpoint
CREATE TABLE `marks` (
	`user_no` integer NOT NULL,
	`channel_no` integer NOT NULL,
	`seq` integer NOT NULL,
	PRIMARY KEY(`user_no`, `channel_no`)
);
--> statement-breakpoint
CREATE TABLE `members` (
	`channel_no` integer NOT NULL,
	`user_no` integer NOT NULL,
	`joined_at` text NOT NULL,
	PRIMARY KEY(`channel_no`, `user_no`),
	FOREIGN KEY (`channel_no`) REFERENCES `channels`(`no`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_no`) REFERENCES `users`(`no`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `members_user` ON `members` (`user_no`);--> statement-breakpoint
CREATE TABLE `messages` (
	`key` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`user_no` integer NOT NULL,
	`type` text NOT NULL,
	`content` text NOT NULL,
	`metadata` text,
	`mentions` text,
	`reply_to` text,
	`via` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text,
	`deleted_at` text,
	`changed_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `messages_id_unique` ON `messages` (`id`);--> statement-breakpoint
CREATE INDEX `messages_changed` ON `messages` (`changed_at`);--> statement-breakpoint
CREATE INDEX `messages_reply` ON `messages` (`reply_to`) WHERE reply_to IS NOT NULL;--> statement-breakpoint
CREATE TABLE `meta` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_no` integer NOT NULL,
	`created_at` text NOT NULL,
	`expires_at` text NOT NULL,
	`ended_at` text,
	FOREIGN KEY (`user_no`) REFERENCES `users`(`no`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_no`);--> statement-breakpoint
CREATE TABLE `tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`user_no` integer NOT NULL,
	`name` text NOT NULL,
	`token_prefix` text NOT NULL,
	`hash` text NOT NULL,
	`rate_limit` integer,
	`created_at` text NOT NULL,
	`expires_at` text,
	`last_used_at` text,
	`revoked_at` text,
	FOREIGN KEY (`user_no`) REFERENCES `users`(`no`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tokens_token_prefix_unique` ON `tokens` (`token_prefix`);--> statement-breakpoint
CREATE INDEX `tokens_user` ON `tokens` (`user_no`);--> statement-breakpoint
CREATE TABLE `users` (
	`no` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`username` text NOT NULL,
	`display_name` text NOT NULL,
	`role` text NOT NULL,
	`admin` integer NOT NULL,
	`job` text,
	`password_hash` text,
	`inbox_seq` integer DEFAULT 0 NOT NULL,
	`created_at` text NOT NULL,
	`deactivated_at` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_id_unique` ON `users` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_username_unique` ON `users` (`username`);