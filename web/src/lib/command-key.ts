type Keys = Pick<KeyboardEvent, "key" | "metaKey" | "ctrlKey" | "altKey" | "shiftKey">;

/** Returns whether a letter was pressed with ⌘, or with Ctrl if there is no ⌘. */
export function isCommand({ key, metaKey, ctrlKey, altKey, shiftKey }: Keys, letter: string) {
  const isHeld = isApple() ? metaKey && !ctrlKey : ctrlKey && !metaKey;
  return isHeld && !altKey && !shiftKey && key.toLowerCase() === letter;
}

/** "⌘K" or "Ctrl K", as this machine's keys are called. */
export function commandName(letter: string) {
  return isApple() ? `⌘${letter}` : `Ctrl ${letter}`;
}

function isApple() {
  return /mac|iphone|ipad/i.test(navigator.platform);
}
