const beforeUnit = /(?<=\d) (?=(?:%|°[CF]?|[kMGTP]i?B|B|[kMG]?Hz|[kM]?W|[mµn]?s|min|h|px|[cmk]?m|[mk]?g|[kM]?tok\/s|x|×)(?![\p{L}\p{N}]))/gu;

/** Text in which a number and its unit stay on one line. The space between them is copied as any other. */
export const withUnits = (text: string): string => text.replace(beforeUnit, "\u00a0");
