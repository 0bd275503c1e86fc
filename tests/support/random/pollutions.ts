const keys = [
  "__proto__",
  "\\u005f_proto__",
  "__\\u0070roto__",
  "__proto_\\u005F",
  "\\u005f\\u005f\\u0070\\u0072\\u006f\\u0074\\u006f\\u005f\\u005f",
];
const paths = [
  "@",
  "[@]",
  '{"a":@}',
  '[{"a":[@]}]',
  '{"a":{"b":{"c":@}}}',
  '[1,"x",@,null]',
  '{"constructor":@}',
  '{"prototype":@}',
  '{"a":1,"b":[[{"c":@}]],"d":2}',
];
/** JSON with keys that reach what objects inherit, in code that copies key by key: spelled out, escaped, and at many places. */
export const pollutions = paths.flatMap((path) => [
  ...keys.flatMap((key) =>
    ['{"polluted":1}', "null", "1", "[]"].map((value) =>
      path.replace("@", `{"${key}":${value}}`)
    )
  ),
  path.replace("@", '{"constructor":{"prototype":{"polluted":1}}}'),
  path.replace("@", '{"\\u0063onstructor":{"prototype":null}}'),
  path.replace("@", '{"constructor":{"\\u0070rototype":{"polluted":1}}}'),
  path.replace("@", '{"x":1,"constructor":{"a":1,"prototype":[]}}'),
]);
