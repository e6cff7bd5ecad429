-- Question: which rules were found in these events already? The index on seq finds them.
SELECT DISTINCT toString(detections.seq) AS seq, toString(rule_id) AS ruleId
FROM detections
WHERE stream = {stream:UInt32} AND detections.seq BETWEEN {first:UInt64} AND {last:UInt64} AND toString(detections.seq) IN {seqs:Array(String)}
