import type { SecretKind } from "@muster/core/notification/shape.ts";
import type { Notification } from "#lib/api.ts";

export const isOfSecret = (kind: Notification["kind"]): kind is SecretKind => kind.startsWith("secret.");
