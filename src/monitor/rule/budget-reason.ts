/** How a switch says that it was the time budget; people read it in their own language. */
export const overBudgetReason = (microsecondsPerEvent: number, budget: number): string =>
  `over-budget:${microsecondsPerEvent}:${budget}`;
export const isOverBudget = (reason: string): boolean => /^over-budget:\d+:\d+$/.test(reason);
