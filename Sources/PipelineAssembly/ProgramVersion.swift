// The version of the program, for those who ask it and for the record of each run.

package enum ProgramVersion {
    package static let text = "0.1.0"
}
