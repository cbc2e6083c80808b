/** One option of a Traefik version, as the generated catalogues list it. */
export interface CatalogueRow {
  /** `http.routers.*.rule`; `*` = a user-chosen name, `[n]` = a list item. */
  readonly path: string;
  readonly type: string;
  /** Where it may be set: F file, L label or flag, K key-value store. */
  readonly in: string;
  readonly emptyOk?: string;
  readonly default?: unknown;
  readonly always?: boolean;
  /** The name in labels where it differs: `servers` is `server` there. */
  readonly label?: string;
  readonly deprecated?: boolean;
  readonly use?: string;
  readonly enum?: readonly (string | number)[];
  readonly check?: string;
  readonly since?: string;
  readonly note?: string;
  /** Go type and kind: the engine prints them in its messages. */
  readonly go?: string;
  readonly kind?: string;
  /** A field without an option: its name is accepted, its value dropped. */
  readonly internal?: boolean;
  /** Internal fields: where the field itself is dropped, not only its parent. */
  readonly dropped?: string;
}
