import type { Fields } from "./event.ts";

type Slots = Record<string, number>;

/**
 * Guarantee: `new` gives an object that inherits nothing but an empty object without prototype, with room for 48 names. Unlike
 * Object.create(null) V8 keeps it in fast mode, which every lookup of every rule feels; and V8 gives an object the room that its
 * constructor's text and its first instances show. Without room it turns slow at a dozen names (measured: filling and
 * reading 12 to 39 names took 2.5 times as long).
 */
const FieldBag = function FieldBag(this: Slots, isFull?: boolean) {
  if (isFull !== true) return;
  this.a = this.b = this.c = this.d = this.e = this.f = this.g = this.h = this.i = this.j = this.k = this.l = 0;
  this.aa =
    this.ab =
    this.ac =
    this.ad =
    this.ae =
    this.af =
    this.ag =
    this.ah =
    this.ai =
    this.aj =
    this.ak =
    this.al =
      0;
  this.ba =
    this.bb =
    this.bc =
    this.bd =
    this.be =
    this.bf =
    this.bg =
    this.bh =
    this.bi =
    this.bj =
    this.bk =
    this.bl =
      0;
  this.ca =
    this.cb =
    this.cc =
    this.cd =
    this.ce =
    this.cf =
    this.cg =
    this.ch =
    this.ci =
    this.cj =
    this.ck =
    this.cl =
      0;
} as unknown as new (
  isFull?: boolean,
) => Fields;
FieldBag.prototype = Object.create(null);

/** V8 settles on the room after the first seven instances. */
for (let i = 0; i < 8; i += 1) new FieldBag(true);

export const emptyFields = (): Fields => new FieldBag();

/**
 * Guarantee: the caller has seen that every value of the object is a FieldValue; nobody else keeps the object. It becomes the
 * fields itself: V8 holds what JSON.parse made in fast mode, and forty names copied one by one in slow mode (measured: copying
 * and reading took twice as long).
 */
export const adoptFields = (object: object): Fields => Object.setPrototypeOf(object, FieldBag.prototype) as Fields;
