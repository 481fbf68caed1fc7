import { buttonClass } from "#ui/button.tsx";

/** The button of the menu, and the one in its place until the menu has loaded. */
export const cardMenuClass = buttonClass(
  { variant: "ghost", size: "icon" },
  "-mt-1 -mr-1.5 data-popup-open:bg-surface-3",
);
