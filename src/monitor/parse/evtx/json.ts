export type Scalar = string | number | boolean | null;
export type Value = Scalar | readonly Scalar[];

/** A JSON object while a record fills it. Inherits nothing, so that an element named `__proto__` is just a name. */
export type Node = Record<string, unknown>;

/** Guarantee: `new` gives an empty object without prototype that V8 keeps in fast mode, unlike Object.create(null). */
const Bag = function Bag() {} as unknown as new () => Node;
Bag.prototype = Object.create(null);

export const newNode = (): Node => new Bag();
