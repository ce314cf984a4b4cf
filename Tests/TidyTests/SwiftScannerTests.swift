// The eyes of the tidy tests, tested themselves.

import Testing

@Suite struct SwiftScannerTests {
    @Test(arguments: [
        ("let a = b! // c!", "let a = b!", "// c!"),
        ("p(\"x! \\(y! + f(\"z!\")) w!\") // q", "p(\"     y! + f(\"  \")    \")", "// q"),
        ("let s = #\"a \"b\" \\(no)\"#", "let s = #\"           \"#", ""),
        ("/* a /* b */ c */ d", "                  d", "/* a /* b */ c */"),
        (#"let u = "http://x" + "\"//" "#, #"let u = "        " + "    ""#, ""),
    ])
    func `code, literals and comments are told apart`(
        source: String, code: String, comment: String
    ) {
        let file = SourceFile(path: "Sources/T/F.swift", text: source)
        #expect(trimmed(file.code) == [code])
        #expect(trimmed(file.comments.map { $0.drop { $0 == " " } }.map(String.init)) == [comment])
    }

    @Test func `literals of several lines are known line by line`() {
        let file = SourceFile(
            path: "Sources/T/F.swift", text: "let s = \"\"\"\n  try! x\n  \"\"\"\nlet t = 1")
        #expect(file.beginsInLiteral == [false, true, true, false])
        #expect(trimmed(file.code) == ["let s = \"\"\"", "", "  \"\"\"", "let t = 1"])
    }

    private func trimmed(_ lines: [String]) -> [String] {
        lines.map { line in
            var line = line
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
