/** Personal data of buyers: who asked and what, who bought, who receives and at which address. One method is one atomic step. */
export interface BuyerData {
  /**
   * Empties it in questions, orders and shipments made before this date, and keeps the date, so that no sync brings it
   * back. Returns how many rows lost something.
   */
  forget(userId: number, before: Date, at: Date): Promise<{questions: number; orders: number; shipments: number}>
  /** Overwrites in the files what was emptied. False when somebody was reading, and some of it is still there. */
  overwrite(): Promise<boolean>
  /** How many rows `forget` would empty. */
  count(userId: number, before: Date): Promise<{questions: number; orders: number; shipments: number}>
  forgottenBefore(userId: number): Promise<Date | null>
  /** Sellers of whom there are questions, orders or shipments here, connected or not. */
  owners(): Promise<number[]>
}
