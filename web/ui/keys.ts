import { useEffect, useRef } from "react";

/** Key (`j`, `?`, `escape`, `mod+k`) or two keys in a row (`g h`) → what to do. Return `false` to let others have the key. */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

/** What `mod` is called on this machine. */
export const COMMAND_KEY = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";

const SEQUENCE_MS = 1200;
const STORED = "yagura.single-keys";
const layers: KeyMap[] = [];
let pending = "";
let pendingAtMs = 0;
let isOverlaid = false;

/** Single letters as commands can be turned off (WCAG 2.1.4): people who dictate would trigger them. */
export function areSingleKeysOn(): boolean {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true;
  }
}

export function setSingleKeys(isOn: boolean): void {
  try {
    localStorage.setItem(STORED, isOn ? "on" : "off");
  } catch {
    // Without storage the default stays.
  }
}

/** Binds keys while the component is shown. Later layers are asked first. */
export function useKeys(map: KeyMap, isOn = true): void {
  const latest = useRef(map);
  latest.current = map;
  useEffect(() => {
    if (!isOn) return;
    const layer = new Proxy<Record<string, (event: KeyboardEvent) => unknown>>(
      {},
      { get: (_, key) => (typeof key === "string" ? latest.current[key] : undefined) },
    );
    layers.push(layer);
    if (layers.length === 1) {
      document.addEventListener("keydown", noteOverlay, true);
      document.addEventListener("keydown", onKeyDown);
    }
    return () => {
      layers.splice(layers.indexOf(layer), 1);
      if (layers.length > 0) return;
      document.removeEventListener("keydown", noteOverlay, true);
      document.removeEventListener("keydown", onKeyDown);
    };
  }, [isOn]);
}

/** True while a Japanese input method is still composing: its Enter chooses a candidate and submits nothing. */
export const isComposing = (event: { isComposing?: boolean; nativeEvent?: { isComposing: boolean } }): boolean =>
  event.isComposing === true || event.nativeEvent?.isComposing === true;

/** Asked before anything acts on the key: a menu that Escape closes is gone by the time our turn comes. */
function noteOverlay(): void {
  isOverlaid = document.querySelector("[role=menu], [role=dialog]") !== null;
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.isComposing || event.defaultPrevented) return;
  const name = nameOf(event);
  // Escape closes what lies on top, and only that.
  if (name === "escape" && isOverlaid) return;
  const isCommand = name.startsWith("mod+");
  if (!isCommand && (isTyping(event.target) || !areSingleKeysOn()) && name !== "escape") return;
  if (!isCommand && name !== "escape" && document.querySelector("[aria-modal=true]")) return;
  const sequence = event.timeStamp - pendingAtMs < SEQUENCE_MS && pending !== "" ? `${pending} ${name}` : name;
  for (const candidate of sequence === name ? [name] : [sequence, name])
    for (const layer of layers.toReversed()) {
      const act = layer[candidate];
      if (!act || act(event) === false) continue;
      event.preventDefault();
      pending = "";
      return;
    }
  pending = name;
  pendingAtMs = event.timeStamp;
}

function nameOf(event: KeyboardEvent): string {
  const key = event.key === " " ? "space" : event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) return `mod+${key}`;
  return event.altKey ? `alt+${key}` : key;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT") return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit"].includes(target.type);
}
