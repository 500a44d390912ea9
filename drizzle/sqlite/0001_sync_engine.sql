CREATE TABLE `product_change` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`item_id` text NOT NULL,
	`run_id` text NOT NULL,
	`at` integer NOT NULL,
	`field` text NOT NULL,
	`before` text,
	`after` text
);
--> statement-breakpoint
CREATE INDEX `product_change_item` ON `product_change` (`user_id`,`item_id`);--> statement-breakpoint
CREATE TABLE `rate_budget` (
	`client_id` text PRIMARY KEY NOT NULL,
	`next_at` real NOT NULL,
	`share` real NOT NULL,
	`share_at` real NOT NULL,
	`paused_until` real NOT NULL,
	`minute` integer NOT NULL,
	`used` integer NOT NULL,
	`used_before` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sync_item` (
	`run_id` text NOT NULL,
	`id` text NOT NULL,
	`scan` integer NOT NULL,
	`state` text NOT NULL,
	`partial` integer DEFAULT false NOT NULL,
	`status` integer,
	`message` text,
	PRIMARY KEY(`run_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `product` ADD `stale` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `product_removed` ON `product` (`user_id`,`id`) WHERE removed_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `product_refetch` ON `product` (`user_id`,`id`) WHERE (stale = 1 OR partial = 1) AND removed_at IS NULL;--> statement-breakpoint
ALTER TABLE `sync_run` ADD `kind` text DEFAULT 'full' NOT NULL;--> statement-breakpoint
ALTER TABLE `sync_run` ADD `holder` text;--> statement-breakpoint
ALTER TABLE `sync_run` ADD `lease_expires_at` integer;--> statement-breakpoint
ALTER TABLE `sync_run` ADD `watermark` integer;--> statement-breakpoint
ALTER TABLE `sync_run` ADD `checkpoint` text;--> statement-breakpoint
ALTER TABLE `sync_run` ADD `invalidated_at` integer;