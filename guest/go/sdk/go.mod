module amend

go 1.27.0
