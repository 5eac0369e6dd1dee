/// A letter's code as it stands on the paper: letters and digits in groups of four.
public enum CodeGroups {
    /// Whatever was typed between them is passed over; small letters are as good as capitals.
    public static func of(_ typed: String) -> String {
        let signs = Array(typed.uppercased().filter(isSign))
        let groups = stride(from: 0, to: signs.count, by: size).map { start in
            String(signs[start..<min(start + size, signs.count)])
        }
        return groups.joined(separator: " ")
    }

    /// Where the hand stands in the groups, in characters: after as many letters and digits as were
    /// before it in what was typed.
    public static func place(in groups: String, after typedBefore: String) -> Int {
        let signs = typedBefore.uppercased().filter(isSign).count
        return signs == 0 ? 0 : min(signs + (signs - 1) / size, groups.count)
    }

    private static func isSign(_ character: Character) -> Bool {
        character.isLetter || character.isNumber
    }

    private static let size = 4
}
