CREATE TABLE `installation` (
	`id` text PRIMARY KEY NOT NULL,
	`origin` text NOT NULL,
	`user_id` integer NOT NULL,
	`access_token` text NOT NULL,
	`refresh_token` text,
	`scope` text NOT NULL,
	`expires_at` integer NOT NULL,
	`client_id` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `installation_origin` ON `installation` (`origin`);--> statement-breakpoint
CREATE TABLE `mercadolibre_token` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`site_id` text NOT NULL,
	`nickname` text NOT NULL,
	`email` text,
	`access_token` text NOT NULL,
	`refresh_token` text NOT NULL,
	`scope` text NOT NULL,
	`expires_at` integer NOT NULL,
	`is_test_user` integer NOT NULL,
	`is_default` integer DEFAULT false NOT NULL,
	`status` text NOT NULL,
	`store_id` text NOT NULL,
	`client_id` text NOT NULL,
	`lease_holder` text,
	`lease_expires_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`store_id`) REFERENCES `store`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mercadolibre_token_default` ON `mercadolibre_token` (`is_test_user`) WHERE is_default = 1;--> statement-breakpoint
CREATE INDEX `mercadolibre_token_store` ON `mercadolibre_token` (`store_id`);--> statement-breakpoint
CREATE TABLE `meta` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `oauth_state` (
	`state_hash` text PRIMARY KEY NOT NULL,
	`code_verifier` text,
	`redirect_uri` text NOT NULL,
	`site_id` text NOT NULL,
	`client_id` text NOT NULL,
	`expect` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`consumed_at` integer
);
--> statement-breakpoint
CREATE INDEX `oauth_state_expiry` ON `oauth_state` (`expires_at`);--> statement-breakpoint
CREATE TABLE `product` (
	`id` text NOT NULL,
	`user_id` integer NOT NULL,
	`site_id` text,
	`title` text,
	`price` text,
	`currency_id` text,
	`available_quantity` integer,
	`sold_quantity` integer,
	`status` text,
	`seller_sku` text,
	`category_id` text,
	`listing_type_id` text,
	`condition` text,
	`permalink` text,
	`thumbnail` text,
	`user_product_id` text,
	`last_updated` integer,
	`partial` integer NOT NULL,
	`synced_at` integer NOT NULL,
	`removed_at` integer,
	`seen_run` text NOT NULL,
	`json` text NOT NULL,
	PRIMARY KEY(`user_id`, `id`)
);
--> statement-breakpoint
CREATE TABLE `store` (
	`id` text PRIMARY KEY NOT NULL,
	`provider_key` text NOT NULL,
	`external_account_id` text NOT NULL,
	`nickname` text NOT NULL,
	`site_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `store_external_account` ON `store` (`provider_key`,`external_account_id`);--> statement-breakpoint
CREATE TABLE `store_membership` (
	`store_id` text NOT NULL,
	`operator` text NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`store_id`, `operator`),
	FOREIGN KEY (`store_id`) REFERENCES `store`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `sync_run` (
	`id` text PRIMARY KEY NOT NULL,
	`resource` text NOT NULL,
	`user_id` integer NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`outcome` text,
	`counts` text
);
--> statement-breakpoint
CREATE INDEX `sync_run_user` ON `sync_run` (`user_id`,`started_at`);--> statement-breakpoint
CREATE TABLE `test_user` (
	`intent_id` text PRIMARY KEY NOT NULL,
	`owner_user_id` integer,
	`user_id` integer,
	`nickname` text,
	`password` text,
	`site_id` text NOT NULL,
	`role` text NOT NULL,
	`site_status` text,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `test_user_user` ON `test_user` (`user_id`);--> statement-breakpoint
CREATE TABLE `token_refresh` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`token_fingerprint` text NOT NULL,
	`process_id` integer NOT NULL,
	`host` text NOT NULL,
	`reason` text NOT NULL,
	`sent_at` integer NOT NULL,
	`finished_at` integer,
	`outcome` text NOT NULL,
	`error_code` text
);
--> statement-breakpoint
CREATE INDEX `token_refresh_user` ON `token_refresh` (`user_id`,`sent_at`);