import type { FieldKey } from "@muster/settings/fields.ts";

/** What the control of a setting gets. */
export type ControlProps = {
  field: FieldKey;
  /** The ids of what names and describes the control. */
  labelId: string;
  noteId: string;
};
