import { blockedBy } from "./blocked.ts";

type Props = {
  /** The name for screen readers. */
  label: string;
  /** The reason that it is disabled, as a sentence. */
  blocked?: string | undefined;
  id?: string;
  isChecked: boolean;
  isMixed?: boolean;
  onChange: (isChecked: boolean, isRange: boolean) => void;
};

/** The browser's own check box: light enough for each row of a list. Shift selects a range. */
export function CheckBox({ label, blocked, id, isChecked, isMixed = false, onChange }: Props) {
  return (
    <label className="-m-3 grid size-10 place-items-center select-none">
      <input
        id={id}
        type="checkbox"
        aria-label={label}
        {...blockedBy(blocked)}
        checked={isChecked}
        ref={(box) => {
          if (box) {
            box.indeterminate = isMixed;
          }
        }}
        // Otherwise the text of all rows in between is selected too.
        onMouseDown={(event) => event.shiftKey && event.preventDefault()}
        onChange={({ target, nativeEvent }) =>
          blocked === undefined && onChange(target.checked, isShifted(nativeEvent))
        }
        className="size-4 rounded-sm accent-accent blocked:cursor-not-allowed blocked:opacity-40"
      />
    </label>
  );
}

function isShifted(event: Event) {
  return "shiftKey" in event && event.shiftKey === true;
}
