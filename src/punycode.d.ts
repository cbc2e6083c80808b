/** The package, and not Node's own module of that name, which is deprecated. */
declare module 'punycode/punycode.js' {
  const punycode: { readonly encode: (text: string) => string };
  export default punycode;
}
