import { normalize, type Ranges } from './ranges.ts';

/** Go's `\pN` and `\p{Name}`: general categories and scripts, by name without case, blanks, `_` and `-`. */
export function unicodeClass(name: string): Ranges | undefined {
  const key = canonical(name);
  if (key === 'any') return [[0, 0x10ffff]];
  if (key === 'ascii') return [[0, 0x7f]];
  const property = propertyNames().get(key);
  return property === undefined ? undefined : scan(property);
}

function canonical(name: string): string {
  return name.toLowerCase().replace(/[ _-]/g, '');
}

const CATEGORIES =
  'C Cc Cf Cn Co Cs L LC Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs Assigned ' +
  'Other Control Format Unassigned Private_Use Surrogate Letter Cased_Letter Lowercase_Letter Modifier_Letter Other_Letter Titlecase_Letter ' +
  'Uppercase_Letter Mark Combining_Mark Spacing_Mark Enclosing_Mark Nonspacing_Mark Number Decimal_Number Letter_Number Other_Number Punctuation ' +
  'Connector_Punctuation Dash_Punctuation Close_Punctuation Final_Punctuation Initial_Punctuation Other_Punctuation Open_Punctuation Symbol ' +
  'Currency_Symbol Modifier_Symbol Math_Symbol Other_Symbol Separator Line_Separator Paragraph_Separator Space_Separator cntrl digit punct';
const SCRIPTS =
  'Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid ' +
  'Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret ' +
  'Devanagari Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati ' +
  'Gunjala_Gondi Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic Inherited Inscriptional_Pahlavi ' +
  'Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha ' +
  'Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek ' +
  'Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari New_Tai_Lue Newa ' +
  'Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian Old_Permic Old_Persian Old_Sogdian ' +
  'Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang ' +
  'Runic Samaritan Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Syloti_Nagri Syriac Tagalog ' +
  'Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho ' +
  'Warang_Citi Yezidi Yi Zanabazar_Square';

let names: ReadonlyMap<string, string> | undefined;

function propertyNames(): ReadonlyMap<string, string> {
  names ??= new Map([
    ...SCRIPTS.split(' ').map((name): [string, string] => [canonical(name), `Script=${name}`]),
    ...CATEGORIES.split(' ').map((name): [string, string] => [canonical(name), name === 'Assigned' ? name : `General_Category=${name}`]),
  ]);
  return names;
}

const scanned = new Map<string, Ranges | undefined>();

/** Asks the JavaScript engine's own Unicode tables, once per property. */
function scan(property: string): Ranges | undefined {
  if (!scanned.has(property)) scanned.set(property, scanOnce(property));
  return scanned.get(property);
}

function scanOnce(property: string): Ranges | undefined {
  const pattern = compile(property);
  if (pattern === undefined) return undefined;
  const out: [number, number][] = [];
  for (let rune = 0; rune <= 0x10ffff; rune += 1) {
    if (!pattern.test(String.fromCodePoint(rune))) continue;
    const last = out.at(-1);
    if (last !== undefined && last[1] === rune - 1) last[1] = rune;
    else out.push([rune, rune]);
  }
  return normalize(out);
}

/** A script that this engine's Unicode version does not know yet is no property. */
function compile(property: string): RegExp | undefined {
  try {
    return new RegExp(`^\\p{${property}}$`, 'u');
  } catch {
    return undefined;
  }
}
