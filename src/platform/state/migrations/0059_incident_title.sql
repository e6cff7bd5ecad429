-- What an incident that formed by itself is called in Japanese, where its rule has a name for it; null once a person has named it.
ALTER TABLE incident ADD COLUMN title_ja text;
