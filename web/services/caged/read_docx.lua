-- What pandoc takes out of a DOCX's text, put back: its title stands in the text for the writer, and
-- pictures are told of where they stood, for they are not kept.

function Image(picture)
  local told = pandoc.utils.stringify(picture.caption)
  return pandoc.Str(told == "" and "[image]" or "[image: " .. told .. "]")
end

function Pandoc(document)
  local title = document.meta.title
  if title and pandoc.utils.type(title) == "Inlines" and #title > 0 then
    document.blocks:insert(1, pandoc.Header(1, title))
  end
  return document
end
