-- What pandoc does not see by itself: a paragraph whose first letter is written from right to left
-- is set from right to left.

local RIGHT_TO_LEFT = {
  { 0x0590, 0x08FF }, { 0xFB1D, 0xFDFF }, { 0xFE70, 0xFEFF }, { 0x10800, 0x10FFF }, { 0x1E800, 0x1EFFF },
}

-- Where letters begin that are written from left to right; what is no letter decides nothing.
local function direction(text)
  for _, code in utf8.codes(text) do
    for _, range in ipairs(RIGHT_TO_LEFT) do
      if code >= range[1] and code <= range[2] then return "rtl" end
    end
    local is_letter = code > 0x2FFF or (code >= 0xC0 and code < 0x2000 and code ~= 0xD7 and code ~= 0xF7)
    if is_letter or string.char(code % 256):find("%a") and code < 128 then return "ltr" end
  end
end

local function set(block)
  if direction(pandoc.utils.stringify(block)) == "rtl" then
    return pandoc.Div(block, pandoc.Attr("", {}, { dir = "rtl" }))
  end
end

return { { Para = set, Plain = set, Header = set } }
