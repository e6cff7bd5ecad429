-- Question: which rules were found in these events already? The index on seq finds them.
SELECT DISTINCT toString(seq) AS seq, toString(rule_id) AS ruleId
FROM detections
WHERE stream = {stream:UInt32} AND seq BETWEEN {first:UInt64} AND {last:UInt64} AND toString(seq) IN {seqs:Array(String)}
