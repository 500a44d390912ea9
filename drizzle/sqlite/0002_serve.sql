CREATE TABLE `installation_link` (
	`installation_id` text PRIMARY KEY NOT NULL,
	`store_id` text NOT NULL,
	`operator` text NOT NULL,
	`linked_at` integer NOT NULL,
	FOREIGN KEY (`store_id`) REFERENCES `store`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `operator` (
	`name` text PRIMARY KEY NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `operator_session` (
	`id_hash` text PRIMARY KEY NOT NULL,
	`operator` text NOT NULL,
	`csrf_token` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`operator`) REFERENCES `operator`(`name`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `operator_session_operator` ON `operator_session` (`operator`);--> statement-breakpoint
CREATE TABLE `sign_in_link` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`operator` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`operator`) REFERENCES `operator`(`name`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `job` (
	`name` text PRIMARY KEY NOT NULL,
	`due_at` integer NOT NULL,
	`lease_holder` text,
	`lease_expires_at` integer,
	`started_at` integer,
	`finished_at` integer,
	`outcome` text,
	`error_code` text,
	`failures` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `job_due` ON `job` (`due_at`);--> statement-breakpoint
CREATE TABLE `notification` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`application_id` text NOT NULL,
	`topic` text NOT NULL,
	`resource` text NOT NULL,
	`actions` text,
	`sent_at` integer,
	`received_at` integer NOT NULL,
	`received` integer DEFAULT 1 NOT NULL,
	`state` text NOT NULL,
	`failures` integer DEFAULT 0 NOT NULL,
	`due_at` integer NOT NULL,
	`lease_holder` text,
	`lease_expires_at` integer,
	`finished_at` integer,
	`error_code` text,
	`error_message` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `notification_waiting` ON `notification` (`user_id`,`topic`,`resource`) WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX `notification_working` ON `notification` (`user_id`,`resource`) WHERE state = 'working';--> statement-breakpoint
CREATE INDEX `notification_due` ON `notification` (`due_at`) WHERE state = 'waiting';--> statement-breakpoint
CREATE UNIQUE INDEX `notification_parked` ON `notification` (`user_id`,`resource`,`topic`) WHERE state = 'parked';--> statement-breakpoint
CREATE INDEX `notification_open` ON `notification` (`user_id`,`state`,`received_at`) WHERE state IN ('waiting', 'working', 'parked');--> statement-breakpoint
CREATE INDEX `notification_kept` ON `notification` (`user_id`) WHERE state = 'kept';--> statement-breakpoint
CREATE INDEX `notification_user` ON `notification` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `notification_finished` ON `notification` (`finished_at`) WHERE finished_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `notification_receipt` (
	`notification_id` text PRIMARY KEY NOT NULL,
	`work_id` integer NOT NULL,
	`received_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `notification_receipt_received` ON `notification_receipt` (`received_at`);--> statement-breakpoint
CREATE TABLE `notification_tally` (
	`hour` integer NOT NULL,
	`user_id` integer NOT NULL,
	`outcome` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`hour`, `user_id`, `outcome`)
);
--> statement-breakpoint
ALTER TABLE `installation` ADD `nickname` text;--> statement-breakpoint
ALTER TABLE `installation` ADD `email` text;--> statement-breakpoint
ALTER TABLE `installation` ADD `site_id` text;--> statement-breakpoint
ALTER TABLE `installation` ADD `is_test_user` integer;--> statement-breakpoint
ALTER TABLE `installation` ADD `pending_until` integer;--> statement-breakpoint
ALTER TABLE `installation` ADD `lease_holder` text;--> statement-breakpoint
ALTER TABLE `installation` ADD `lease_expires_at` integer;--> statement-breakpoint
CREATE INDEX `installation_pending` ON `installation` (`pending_until`) WHERE pending_until IS NOT NULL;--> statement-breakpoint
ALTER TABLE `oauth_state` ADD `binding_hash` text;--> statement-breakpoint
ALTER TABLE `oauth_state` ADD `next` text;--> statement-breakpoint
CREATE INDEX `product_change_user` ON `product_change` (`user_id`);