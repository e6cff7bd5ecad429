/** Where the shape says the event's own time is, and whether its text is local time when it names no offset. */
export type WindowsTime = { readonly value: unknown; readonly isUtc: boolean };
