/** A template of `templates/`, compiled when the package is built. Helpers and partials are handed over with each call. */
declare module '*.hbs' {
  type Helper = (...args: readonly unknown[]) => unknown;
  const template: (data: unknown, options: { readonly helpers: Readonly<Record<string, Helper>>; readonly partials: Readonly<Record<string, unknown>> }) => string;
  export default template;
}
