CREATE TABLE `product_variation` (
	`user_id` integer NOT NULL,
	`item_id` text NOT NULL,
	`id` integer NOT NULL,
	`position` integer NOT NULL,
	`name` text,
	`price` text,
	`available_quantity` integer,
	`seller_sku` text,
	`user_product_id` text,
	PRIMARY KEY(`user_id`, `item_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `product_variation_sku` ON `product_variation` (`user_id`,`seller_sku`) WHERE seller_sku IS NOT NULL;
--> statement-breakpoint
-- Products were fetched without their variations so far: the next sync fetches them again.
UPDATE `product` SET `stale` = 1 WHERE `removed_at` IS NULL;
