import { Search } from "lucide-react";
import { lazy, useEffect } from "react";
import { commandName } from "#lib/command-key.ts";
import { ahead } from "#lib/idle.ts";
import { showOverlay, useOverlay } from "#lib/overlay.ts";
import { patient } from "#lib/patient.ts";
import { Kbd } from "#ui/kbd.tsx";
import { WhenFirst } from "#ui/when-first.tsx";

const Palette = lazy(patient(ahead(loadPalette)));
const ShortcutsDialog = lazy(
  patient(
    ahead(() => import("#features/palette/shortcuts-dialog.tsx").then((file) => ({ default: file.ShortcutsDialog }))),
  ),
);

/**
 * The palette and the list of shortcuts, and the button that looks like the field of the palette. Their keys work before this has loaded.
 */
export function Overlays() {
  const shown = useOverlay();
  useEffect(() => {
    // Typing right after the key must not lose the first letters.
    loadPalette().catch(() => undefined);
  }, []);
  return (
    <>
      <PaletteButton />
      <WhenFirst isOpen={shown === "palette"}>
        <Palette isOpen={shown === "palette"} />
      </WhenFirst>
      <WhenFirst isOpen={shown === "shortcuts"}>
        <ShortcutsDialog isOpen={shown === "shortcuts"} />
      </WhenFirst>
    </>
  );
}

function PaletteButton() {
  return (
    <button
      type="button"
      aria-label="Search or jump to"
      aria-haspopup="dialog"
      aria-keyshortcuts="Meta+K Control+K"
      onClick={() => showOverlay("palette")}
      className="flex h-8 items-center gap-2 rounded-md text-sm text-fg-3 transition-colors duration-100 hover:text-fg max-md:size-8 max-md:justify-center max-md:hover:bg-surface-3 md:w-56 md:border md:border-control md:bg-surface md:px-2.5 md:shadow-1 md:hover:border-fg-3 pointer-coarse:size-10"
    >
      <Search aria-hidden className="size-4 shrink-0" />
      <span aria-hidden className="flex-1 text-left max-md:hidden">
        Search or jump to…
      </span>
      <span className="max-md:hidden">
        <Kbd>{commandName("K")}</Kbd>
      </span>
    </button>
  );
}

function loadPalette() {
  return import("#features/palette/palette.tsx").then((file) => ({ default: file.Palette }));
}
