import { NativeSelect } from "#ui/native-select.tsx";
import { type ControlProps, textField } from "./setting-field.tsx";
import { stateOptions } from "./states.ts";

/** The states of a country as a list, where they are known; elsewhere a text. */
export function StateSelect({ country, ...props }: ControlProps & { country: string }) {
  const options = stateOptions(country, props.value);
  return options === undefined ? textField(props) : <NativeSelect {...props} options={options} />;
}
