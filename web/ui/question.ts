export type Question = {
  readonly title: string;
  readonly body: string;
  readonly action: string;
  /** Ask for a reason, which the answer then carries. */
  readonly reasonLabel?: string;
  readonly isDestructive?: boolean;
};
export type Asked = Question & { readonly answer: (reason: string | undefined) => void };
