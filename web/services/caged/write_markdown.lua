-- What pandoc leaves as it is in Markdown, though whoever reads it would take it for a sign: a word
-- such as `&amp;` that the writer meant letter by letter.

function Str(word)
  local pieces, from = {}, 1
  while true do
    local at = word.text:find("&#?%w+;", from)
    if not at then break end
    table.insert(pieces, pandoc.Str(word.text:sub(from, at - 1)))
    table.insert(pieces, pandoc.RawInline("markdown", "&amp;"))
    from = at + 1
  end
  table.insert(pieces, pandoc.Str(word.text:sub(from)))
  return pieces
end
